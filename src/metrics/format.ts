/** Fixed words and small numbers only: a label with ids of people would be a log of them. */
export type Labels = Readonly<Record<string, string>>;

/** One metric with its samples, as Prometheus knows it. */
export type Metric = {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: readonly { suffix?: '_bucket' | '_sum' | '_count'; labels: Labels; value: number }[];
};

/** Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function format(metrics: readonly Metric[]): string {
  return metrics
    .map(
      ({ name, help, type, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples
          .map(({ suffix = '', labels, value }) => `${name}${suffix}${labelsIn(labels)} ${value}\n`)
          .join('')}`,
    )
    .join('');
}

function labelsIn(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll(/[\\"\n]/gu, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}
