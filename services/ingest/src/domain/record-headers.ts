import type { RecordHeaders } from '@earshot/log';
import type { Source } from '@earshot/model';
import { type Refusal, refuse } from './refusal.js';

/** Headers that a record of an inbound topic may have; all others are let be. `ce_…`: CloudEvents, binary mode. */
export const INBOUND_HEADERS = {
  contentType: 'content-type',
  source: 'earshot-source',
  tenant: 'earshot-tenant',
  eventId: 'ce_id',
  eventSource: 'ce_source',
  eventTime: 'ce_time',
  eventTenant: 'ce_tenant',
  specVersion: 'ce_specversion',
} as const;

export const PROTOBUF_TYPES = ['application/x-protobuf', 'application/protobuf', 'application/vnd.google.protobuf'];
export const JSON_TYPE = 'application/json';

/** What the headers say. */
export interface Envelope {
  ok: true;
  form: 'json' | 'protobuf';
  /** Empty: they name none. */
  eventId: string;
  atMs?: number;
  /** Every tenant that they name. */
  tenants: string[];
  source?: Source;
}

/** RFC 3339, as CloudEvents writes times. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

export function readHeaders(headers: RecordHeaders | undefined): Envelope | Refusal {
  const said = new Map<string, string>();
  for (const name of Object.values(INBOUND_HEADERS)) {
    const value = headers?.get(name);
    if (value === undefined) continue;
    const text = textOf(value);
    if (text === undefined) return refuse('header-invalid', `${name}: is not valid UTF-8`);
    said.set(name, text);
  }
  const of = (name: keyof typeof INBOUND_HEADERS) => said.get(INBOUND_HEADERS[name]);

  const form = formOf(of('contentType'));
  if (!form) {
    const known = [JSON_TYPE, ...PROTOBUF_TYPES].join(', ');
    return refuse('content-type-unknown', `content-type: one of ${known}; none means protobuf`);
  }
  const version = of('specVersion');
  if (version !== undefined && !version.startsWith('1.')) {
    return refuse('header-invalid', 'ce_specversion: CloudEvents 1.0 is understood');
  }
  const source = of('source');
  if (source !== undefined && source !== 'voice' && source !== 'text') {
    return refuse('source-unknown', 'earshot-source: voice or text');
  }
  const time = of('eventTime');
  const atMs = time === undefined ? undefined : TIME.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(atMs)) return refuse('time-invalid', 'ce_time: a time after RFC 3339');
  return {
    ok: true,
    form,
    eventId: eventIdOf(of('eventId'), of('eventSource')),
    tenants: [of('tenant'), of('eventTenant')].filter((one) => one !== undefined),
    ...(atMs === undefined ? {} : { atMs }),
    ...(source === undefined ? {} : { source }),
  };
}

/** Two sources may count alike: only both together name an event. */
function eventIdOf(id = '', source = ''): string {
  return id === '' || source === '' ? id : `${source}#${id}`;
}

function formOf(contentType: string | undefined): Envelope['form'] | undefined {
  if (contentType === undefined) return 'protobuf';
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === JSON_TYPE) return 'json';
  return PROTOBUF_TYPES.includes(type) ? 'protobuf' : undefined;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
