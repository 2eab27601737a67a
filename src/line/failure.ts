import { HTTPFetchError } from '@line/bot-sdk';
import type { Answered } from './post.ts';

/** Why LINE did not say yes: fixed words and numbers only, never what LINE or the network wrote. */
export type Failure = {
  /** `timeout`, `network`, `invalid-token`, `rate`, `user-rate`, `quota`, `unauthorized`, `garbled`, `too-large` or `http-<status>`. */
  reason: string;
  status?: number;
  /** Certainly without effect; otherwise LINE may have done it. */
  certain: boolean;
  /** The same request can succeed later, not before `after` ms. */
  again: boolean;
  after?: number;
  /** Of the earlier request that a 409 stands for. */
  acceptedRequestId?: string;
};

/** We stopped waiting. */
export class TimedOut extends Error {}

/** LINE answered with a status that is no success. */
export class Refused extends Error {
  readonly answered: Answered;
  constructor(answered: Answered) {
    super(`LINE answered ${answered.status}`);
    this.answered = answered;
  }
}

/** LINE sent more bytes than we keep. */
export class TooLarge extends Error {}

const seconds = 1_000;
const minutes = 60 * seconds;

/** https://developers.line.biz/en/reference/messaging-api/#status-codes and #common-error-messages */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refused) return ofStatus(error.answered);
  if (error instanceof HTTPFetchError) {
    const { status, headers, body } = error;
    return ofStatus({ status, body, header: (name) => headers.get(name) });
  }
  if (error instanceof TimedOut) return { reason: 'timeout', certain: false, again: true };
  if (error instanceof TooLarge) return { reason: 'too-large', certain: false, again: false };
  // The SDK parses the body of a success; when that fails, a proxy has answered in LINE's place.
  if (error instanceof SyntaxError) return { reason: 'garbled', certain: false, again: true };
  return { reason: 'network', certain: neverConnected(error), again: true };
}

function ofStatus({ status, header, body }: Answered): Failure {
  const refused = { status, certain: true, again: false };
  const words = messageOf(body);
  switch (status) {
    case 400:
      return { ...refused, reason: /invalid reply token/iu.test(words) ? 'invalid-token' : 'http-400' };
    case 401:
    case 403:
      // A token run out or withdrawn: once the office renews it, what waited goes out.
      return { ...refused, reason: 'unauthorized', again: true, after: 5 * minutes };
    case 409:
      return {
        ...refused,
        certain: false,
        reason: 'http-409',
        acceptedRequestId: header('x-line-accepted-request-id') ?? undefined,
      };
    case 429:
      return { ...refused, again: true, ...tooMany(words, header) };
    default:
      // Behind a 5xx the request may have been accepted.
      if (status >= 500) return { status, reason: `http-${status}`, certain: false, again: true };
      return { ...refused, reason: `http-${status}` };
  }
}

/**
 * 429 says three things. Only the rate of the whole channel passes within seconds. The monthly quota may be merely reserved by
 * a delivery under way, so it is asked again now and then. What is left is too much to one person in a short time.
 */
function tooMany(words: string, header: Answered['header']): { reason: string; after: number } {
  const asked = Number(header('retry-after')) * seconds || 0;
  if (/monthly limit/iu.test(words)) return { reason: 'quota', after: Math.max(asked, 30 * minutes) };
  if (/rate limit/iu.test(words)) return { reason: 'rate', after: Math.max(asked, 2 * seconds) };
  return { reason: 'user-rate', after: Math.max(asked, 1 * minutes) };
}

function messageOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed && 'message' in parsed ? String(parsed.message) : '';
  } catch {
    return '';
  }
}

/**
 * Why Node does not trust whoever answered: nothing is sent before the certificate is found good.
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const untrusted = [
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

/** Only an error from before the connection stood proves that LINE saw nothing. */
function neverConnected(error: unknown): boolean {
  const codes = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    ...untrusted,
  ];
  const cause = error instanceof Error ? error.cause : undefined;
  // Where a name has several addresses, each has failed.
  const causes: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return (
    causes.length > 0 &&
    causes.every((one) => {
      if (typeof one !== 'object' || one === null) return false;
      const connecting = 'syscall' in one && one.syscall === 'connect';
      return connecting || ('code' in one && codes.includes(String(one.code)));
    })
  );
}
