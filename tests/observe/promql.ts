import { parser } from '@prometheus-io/lezer-promql';

export interface Selected {
  metric: string;
  /** Labels that are matched, or by which this expression groups. */
  labels: string[];
}

const RANGES: Record<string, string> = { $__rate_interval: '5m', $__range: '1h' };

/** Grafana's ranges as Prometheus reads them. */
export const withRanges = (expr: string): string =>
  Object.entries(RANGES).reduce((text, [name, range]) => text.replaceAll(name, range), expr);

/** The metrics of an expression. Throws where it is no PromQL. */
export function selectedIn(expr: string): Selected[] {
  const text = withRanges(expr);
  const metrics: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter({ name, from, to, node, type }) {
      const words = text.slice(from, to);
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      if (name === 'VectorSelector') metrics.push({ metric: '', labels: [] });
      const current = metrics.at(-1);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector' && current) current.metric = words;
      if (name !== 'LabelName') return;
      if (node.parent?.name === 'GroupingLabels') grouped.push(words);
      else current?.labels.push(words);
    },
  });
  return metrics.map(({ metric, labels }) => ({ metric, labels: [...new Set([...labels, ...grouped])] }));
}
