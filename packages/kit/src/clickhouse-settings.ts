import { readFileSync } from 'node:fs';
import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import { secretSetting, switchSetting } from './config.js';
import type { Secret } from './secret.js';

/** Where the ClickHouse server is and who we are there; part of the settings of a process that can do with one. */
export const clickhouseSettings = {
  clickhouseUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('ClickHouse server, http://host:8123 or https://host:8443'),
  clickhouseUser: z.string().optional().describe('user of the ClickHouse server'),
  clickhousePassword: secretSetting().optional().describe('its password; left out only with a certificate'),
  clickhouseCaFile: z.string().optional().describe("PEM file with the authority that signed the server's certificate"),
  clickhouseCertFile: z.string().optional().describe('PEM file with our certificate, in place of a password'),
  clickhouseKey: secretSetting().optional().describe('PEM of its key'),
  clickhouseCompress: switchSetting(false).describe('compress what goes to the ClickHouse server and back'),
};

export type ClickhouseConfig = z.output<z.ZodObject<typeof clickhouseSettings>>;

/** As `openClickhouseWarehouse` takes it. */
export interface ClickhouseAddress {
  url: string;
  user: string;
  password?: Secret;
  tls?: { ca: string; cert?: string; key?: Secret };
  compress: boolean;
}

/** Undefined where no server is named. Throws `config-invalid` for half an address and a file that cannot be read. */
export function clickhouseAddress(config: ClickhouseConfig): ClickhouseAddress | undefined {
  const { clickhouseUrl: url, clickhouseUser: user, clickhousePassword: password, clickhouseKey: key } = config;
  const { clickhouseCaFile: caFile, clickhouseCertFile: certFile, clickhouseCompress: compress } = config;
  if (!url && (user || password || caFile || certFile || key)) throw invalid('--clickhouse-url is missing');
  if (!url) return undefined;
  if (!user) throw invalid('--clickhouse-url needs --clickhouse-user');
  if (!password && !(certFile && key))
    throw invalid('--clickhouse-url needs EARSHOT_CLICKHOUSE_PASSWORD or a file with it');
  if ((certFile || key) && !caFile) throw invalid('a certificate needs --clickhouse-ca-file too');
  const cert = certFile && pem(certFile, '--clickhouse-cert-file');
  const tls = caFile && { ca: pem(caFile, '--clickhouse-ca-file'), ...(cert && { cert }), ...(key && { key }) };
  return { url, user, compress, ...(password && { password }), ...(tls && { tls }) };
}

function pem(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw invalid(`the file that ${setting} names cannot be read`);
  }
}

function invalid(message: string): EarshotError {
  return new EarshotError('config-invalid', message, { detail: { exitCode: 2 } });
}
