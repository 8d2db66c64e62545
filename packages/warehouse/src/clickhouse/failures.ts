import { EarshotError, tlsFaultOf, tlsSentence } from '@earshot/model';
import { engineCode, engineFailure } from '../errors.js';

/** As `engineFailure`, and what lies between us and the engine. */
export function serverFailure(what: string, thrown: unknown): EarshotError {
  if (thrown instanceof EarshotError) return thrown;
  const { code, type } = engineCode(thrown);
  if (DENIED.has(code)) {
    const message = `The ClickHouse server does not let this user in, or not do ${what}.`;
    return new EarshotError('warehouse-denied', message, {
      retry: true,
      detail: { what, engineCode: code, engineType: type },
    });
  }
  if (/^\d+$/.test(code)) return engineFailure(what, thrown);
  // Without a code the words are those of whatever answered.
  const words = code !== '' && thrown instanceof Error ? thrown.message : '';
  const tls = tlsFaultOf({ code, message: words });
  if (tls !== undefined) {
    const message = tlsSentence(tls, {
      name: { en: 'the ClickHouse server', zh: 'ClickHouse 服务器' },
      ca: '--clickhouse-ca-file',
      cert: '--clickhouse-cert-file',
    });
    return new EarshotError('warehouse-untrusted', message, { retry: true, detail: { what, fault: tls } });
  }
  // No number of the engine's: nobody answered, or not ClickHouse. Whatever did answer is not quoted.
  const message = `The ClickHouse server does not answer; ${what} has to wait.`;
  return new EarshotError('warehouse-unreachable', message, {
    retry: true,
    detail: { what, systemCode: code || (isTimeout(thrown) ? 'ETIMEDOUT' : '') },
  });
}

export function serverTooOld(found: string, proven: string): EarshotError {
  const message = `The ClickHouse server is version ${found.slice(0, 40)}; at least ${proven} is needed.`;
  return new EarshotError('warehouse-too-old', message, { retry: true, detail: { found: found.slice(0, 40), proven } });
}

/** Worth another try at once: the way was cut, and not after a long wait. */
export function isInterruption(thrown: unknown): boolean {
  if (thrown instanceof EarshotError) return false;
  const { code } = engineCode(thrown);
  return !/^\d+$/.test(code) && !isTimeout(thrown);
}

// The client gives its own time-out neither a class nor a code.
function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message === 'Timeout error.';
}

const DENIED = new Set([
  '192', // UNKNOWN_USER
  '193', // WRONG_PASSWORD
  '194', // REQUIRED_PASSWORD
  '195', // IP_ADDRESS_NOT_ALLOWED
  '497', // ACCESS_DENIED
  '516', // AUTHENTICATION_FAILED
]);
