import type { Word } from '../words/words.js';

/** What was seen on this machine. */
export interface Surroundings {
  nodeVersion: string;
  dataDir: { path: string; exists: boolean; writable: boolean };
  freeBytes?: number;
  ports: { port: number; free: boolean }[];
  /** The instance that the data folder speaks of. */
  instance?: { pid: number; alive: boolean; address: string };
  enginePresent: boolean;
}

export interface Finding {
  state: 'fine' | 'warning' | 'fault';
  about: Word;
  /** Absent: `values.text` says it all. */
  word?: Word;
  values: Record<string, string | number>;
}

const LEAST_NODE = [20, 19] as const;
const LEAST_FREE_GB = 2;
const GB = 1024 ** 3;

export function diagnose(seen: Surroundings): Finding[] {
  return [node(seen), folder(seen), disk(seen), instance(seen), ports(seen), engine(seen)].filter(
    (finding) => finding !== undefined,
  );
}

function node({ nodeVersion }: Surroundings): Finding {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const fine = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (fine) return { state: 'fine', about: 'doctor-node', values: { text: nodeVersion } };
  return { state: 'fault', about: 'doctor-node', word: 'doctor-node-old', values: { version: nodeVersion } };
}

function folder({ dataDir: { path, exists, writable } }: Surroundings): Finding {
  const about = 'doctor-folder';
  if (!writable) return { state: 'fault', about, word: 'doctor-folder-shut', values: { path } };
  if (!exists) return { state: 'fine', about, word: 'doctor-folder-new', values: { path } };
  return { state: 'fine', about, values: { text: path } };
}

function disk({ freeBytes }: Surroundings): Finding | undefined {
  if (freeBytes === undefined) return undefined;
  const gigabytes = Math.round((freeBytes / GB) * 10) / 10;
  const low = gigabytes < LEAST_FREE_GB;
  return {
    state: low ? 'warning' : 'fine',
    about: 'doctor-disk',
    word: low ? 'doctor-disk-low' : 'doctor-disk-free',
    values: { gigabytes, least: LEAST_FREE_GB },
  };
}

function instance({ instance: known }: Surroundings): Finding {
  const about = 'doctor-instance';
  if (!known) return { state: 'fine', about, word: 'doctor-instance-off', values: {} };
  const { pid, alive, address } = known;
  if (!alive) return { state: 'warning', about, word: 'doctor-instance-gone', values: { pid } };
  return { state: 'fine', about, word: 'doctor-instance-on', values: { pid, address } };
}

/** A running instance holds its ports itself. */
function ports({ ports: looked, instance: known }: Surroundings): Finding | undefined {
  if (known?.alive) return undefined;
  const taken = looked.filter(({ free }) => !free);
  const list = (taken.length > 0 ? taken : looked).map(({ port }) => port).join(', ');
  return {
    state: taken.length > 0 ? 'fault' : 'fine',
    about: 'doctor-port',
    word: taken.length > 0 ? 'doctor-port-taken' : 'doctor-port-free',
    values: { ports: list },
  };
}

function engine({ enginePresent }: Surroundings): Finding {
  return {
    state: enginePresent ? 'fine' : 'warning',
    about: 'doctor-engine',
    word: enginePresent ? 'doctor-engine-on' : 'doctor-engine-off',
    values: {},
  };
}
