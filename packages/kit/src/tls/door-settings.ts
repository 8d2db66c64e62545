import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import { type DoorTls, doorTls } from './door-tls.js';

/** TLS of a gRPC door; part of the settings of a process that has one. */
export const grpcTlsSettings = {
  grpcTlsCertFile: z
    .string()
    .optional()
    .describe("PEM file with the gRPC door's certificate and what leads to its authority"),
  grpcTlsKeyFile: z.string().optional().describe('PEM file with its key'),
  grpcClientCaFile: z
    .string()
    .optional()
    .describe('PEM file with the authority that signed the certificates of clients: without one nobody gets in'),
};

/** TLS of an HTTP door. */
export const httpTlsSettings = {
  httpTlsCertFile: z
    .string()
    .optional()
    .describe("PEM file with the HTTP door's certificate and what leads to its authority"),
  httpTlsKeyFile: z.string().optional().describe('PEM file with its key'),
};

type Config<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** Undefined: no TLS. Throws `config-invalid`. */
export function grpcTls(config: Config<typeof grpcTlsSettings>): DoorTls | undefined {
  const { grpcTlsCertFile: cert, grpcTlsKeyFile: key, grpcClientCaFile: ca } = config;
  return doorOf('grpc', { cert, key, ca });
}

export function httpTls(config: Config<typeof httpTlsSettings>): DoorTls | undefined {
  const { httpTlsCertFile: cert, httpTlsKeyFile: key } = config;
  return doorOf('http', { cert, key });
}

function doorOf(
  door: 'grpc' | 'http',
  { cert, key, ca }: { cert?: string | undefined; key?: string | undefined; ca?: string | undefined },
): DoorTls | undefined {
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const message = `TLS of the ${door} door needs --${door}-tls-cert-file and --${door}-tls-key-file`;
    throw new EarshotError('config-invalid', message, { detail: { exitCode: 2 } });
  }
  return doorTls({
    cert: { path: cert, setting: `--${door}-tls-cert-file` },
    key: { path: key, setting: `--${door}-tls-key-file` },
    ...(ca === undefined ? {} : { clientCa: { path: ca, setting: `--${door}-client-ca-file` } }),
  });
}
