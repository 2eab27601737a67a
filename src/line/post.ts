/** What LINE answered a request, whatever its status; `header` takes a name in lower case. */
export type Answered = { status: number; header(name: string): string | null; body: string };

/**
 * Posts JSON. Rejects when there is no answer, with the network's own error as `cause`. The SDK always goes through `fetch`, which
 * on Node costs more than all the rest of an answer; so what is sent to residents goes through this.
 */
export type Post = (url: URL, headers: Readonly<Record<string, string>>, json: string) => Promise<Answered>;

/** For platforms that have nothing cheaper. */
export const fetchPost: Post = async (url, headers, json) => {
  const response = await fetch(url, { method: 'POST', headers, body: json });
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: await response.text(),
  };
};
