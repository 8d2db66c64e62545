import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** What one request of a client asks, as a ClickHouse server reads it. */
export interface FrontRequest {
  sql: string;
  /** What came in the body of a request whose statement came in the address: the rows of an insert. */
  data: string | undefined;
  /** As they came: escaped the way a tab-separated file is. */
  params: Record<string, string>;
  settings: Record<string, string>;
  user: string;
  key: string;
  byCertificate: boolean;
  gzip: boolean;
}

/** Rejects when the body breaks off: then nothing of it is done. */
export async function readFrontRequest(incoming: IncomingMessage): Promise<FrontRequest> {
  const address = new URL(incoming.url ?? '/', 'http://front');
  const { headers } = incoming;
  const sent = await buffer(incoming);
  const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  const fields = [...address.searchParams];
  const multipart = /^multipart\/form-data/i.test(headers['content-type'] ?? '');
  if (multipart) fields.push(...(await formFields(bytes, headers['content-type'] ?? '')));

  const body = multipart ? '' : bytes.toString('utf8');
  const query = fields.find(([name]) => name === 'query')?.[1];
  const params = fields.flatMap(([name, value]) => (name.startsWith('param_') ? [[name.slice(6), value]] : []));
  const settings = fields.filter(([name]) => !name.startsWith('param_') && !OF_HTTP.has(name));
  const [user, key] = credentials(incoming);
  return {
    sql: query ?? body,
    data: query !== undefined && body !== '' ? body : undefined,
    params: Object.fromEntries(params),
    settings: Object.fromEntries(settings),
    user,
    key,
    byCertificate: headers['x-clickhouse-ssl-certificate-auth'] === 'on',
    gzip:
      address.searchParams.get('enable_http_compression') === '1' && /gzip/.test(String(headers['accept-encoding'])),
  };
}

async function formFields(bytes: Buffer, type: string): Promise<[string, string][]> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  return [...form].map(([name, value]) => [name, String(value)]);
}

function credentials({ headers }: IncomingMessage): [string, string] {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [user = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return [user, rest.join(':')];
  }
  return [String(headers['x-clickhouse-user'] ?? ''), String(headers['x-clickhouse-key'] ?? '')];
}

/** What the HTTP side of a server keeps to itself; everything else in the address is a setting of the engine. */
const OF_HTTP = new Set([
  'query',
  'query_id',
  'database',
  'wait_end_of_query',
  'enable_http_compression',
  'cancel_http_readonly_queries_on_client_close',
]);
