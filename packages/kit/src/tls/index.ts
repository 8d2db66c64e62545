export { grpcTls, grpcTlsSettings, httpTls, httpTlsSettings } from './door-settings.js';
export { type DoorTls, type DoorTlsFiles, doorTls } from './door-tls.js';
export { type NamedFile, type PemFiles, type PemPaths, pemFiles, type TlsMaterial } from './pem-files.js';
