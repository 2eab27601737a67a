import { createTransport } from 'nodemailer';
import { mailBody } from './format.ts';
import type { Smtp } from './plan.ts';
import { isUntrusted, type Told } from './tell.ts';
import type { Notice } from './words.ts';

/** Hands one mail to the server, whose silence is waited out for `timeoutMs`. Login and text go over TLS unless the plan says `none`. Never throws. */
export async function sendMail(smtp: Smtp, to: string, notice: Notice, timeoutMs: number): Promise<Told> {
  const { server: host, port, security, from, login } = smtp;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login ? { auth: { user: login.user, pass: login.password } } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    // An alert is wanted at once, by a phone that is silent at night for everything else.
    await transport.sendMail({ from, to, ...mailBody(notice), priority: 'high' });
    return { ok: true };
  } catch (error) {
    return failureOf(error as Failure);
  } finally {
    transport.close();
  }
}

/** https://nodemailer.com/smtp — `code` says where it failed, `originalCode` is Node's or OpenSSL's, `responseCode` the server's. */
type Failure = { code?: string; originalCode?: string; responseCode?: number };

function failureOf({ code, originalCode = '', responseCode }: Failure): Told {
  // Below 500 the server means "later", at the login too (RFC 4954: 454).
  if (responseCode !== undefined && responseCode < 500)
    return { ok: false, reason: `smtp-${responseCode}`, again: true };
  if (code === 'EAUTH') return { ok: false, reason: 'login', again: false };
  if (responseCode !== undefined) return { ok: false, reason: `smtp-${responseCode}`, again: false };
  if (code === 'ETIMEDOUT') return { ok: false, reason: 'timeout', again: true };
  const untrusted = code === 'ETLS' || isUntrusted(originalCode);
  return { ok: false, reason: untrusted ? 'tls' : 'network', again: true };
}
