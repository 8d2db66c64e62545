export interface Substitution {
  fromMs: number;
  toMs: number;
  tenant: string;
  intervalSeconds: number;
}

/** What Grafana's ClickHouse data source makes of the few macros and variables that our panels use. */
export function substituted(sql: string, { fromMs, toMs, tenant, intervalSeconds }: Substitution): string {
  const time = (_: string, column: string) =>
    `${column} >= fromUnixTimestamp64Milli(${fromMs}) AND ${column} <= fromUnixTimestamp64Milli(${toMs})`;
  const quoted = `'${tenant.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const text = sql
    .replaceAll(/\$__timeFilter_ms\(([\w.]+)\)/g, time)
    .replaceAll('$__interval_s', String(intervalSeconds))
    .replaceAll('${tenant:singlequote}', quoted);
  if (text.includes('$')) throw new Error(`a macro that is not known here: ${text}`);
  return text;
}
