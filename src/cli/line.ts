import { readConfig } from '../config.ts';
import { checkLine, formatFindings, isHealthy } from '../line/check.ts';
import { createLineClient } from '../line/client.ts';
import { CannotStart } from '../node/platform.ts';

/** `madoguchi line check`: looks at the real channel and says in Japanese what is wrong and where to click. */
export async function line([what]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (what !== 'check') throw new CannotStart('使い方: npm run -s madoguchi -- line check');
  const read = readConfig(environment);
  if (!read.ok) throw new CannotStart(read.problems.join('\n'));
  const { accessToken, lineApiBaseUrl, publicUrl } = read.config;
  const client = createLineClient({ token: accessToken, baseUrl: lineApiBaseUrl, timeoutMs: 15_000 });
  const findings = await checkLine(client, publicUrl || undefined);
  console.log(formatFindings(findings));
  return isHealthy(findings) ? 0 : 1;
}
