import type { Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { ReflectionService } from '@grpc/reflection';
import type { HealthImplementation } from 'grpc-health-check';
import type { PolicyName } from '../access/policy.js';

/** What `new ReflectionService(...)` takes. */
export type ReflectionSource = () => Promise<ConstructorParameters<typeof ReflectionService>[0]>;
export type ServingStatus = 'SERVING' | 'NOT_SERVING';

type MethodType = 'unary' | 'serverStream' | 'bidi';
interface Library {
  policy: PolicyName;
  methods: Readonly<Record<string, MethodType>>;
  load(): Promise<{ addToServer(server: Pick<Server, 'addService'>): void }>;
}

export interface LibraryServices {
  methods: readonly { path: string; policy: PolicyName }[];
  /** Resolves once this method can be called; undefined: it is not one of ours. */
  ready(path: string): Promise<void> | undefined;
  setStatus(service: string, status: ServingStatus): void;
}

/**
 * Health (`grpc.health.v1`) and reflection, by their libraries. These read and compile `.proto` files while they load,
 * a fifth of a second that no restart should wait for, so each is loaded with the first call of its methods.
 */
export function addLibraryServices(server: Server, reflection: ReflectionSource | undefined): LibraryServices {
  const statuses = new Map<string, ServingStatus>([['', 'NOT_SERVING']]);
  let health: HealthImplementation | undefined;
  const libraries: Library[] = [
    {
      policy: 'health.read',
      methods: HEALTH,
      async load() {
        const library = await import('grpc-health-check');
        health = new library.HealthImplementation(Object.fromEntries(statuses));
        return health;
      },
    },
  ];
  if (reflection) {
    libraries.push({
      policy: 'reflection.read',
      methods: REFLECTION,
      async load() {
        const [library, source] = await Promise.all([import('@grpc/reflection'), reflection()]);
        return new library.ReflectionService(source);
      },
    });
  }
  const loaders = new Map<string, () => Promise<void>>();
  for (const library of libraries) register(server, library, loaders);
  return {
    methods: libraries.flatMap(({ methods, policy }) => Object.keys(methods).map((path) => ({ path, policy }))),
    ready: (path) => loaders.get(path)?.(),
    setStatus(service, status) {
      statuses.set(service, status);
      health?.setStatus(service, status);
    },
  };
}

export const HEALTH: Library['methods'] = {
  '/grpc.health.v1.Health/Check': 'unary',
  '/grpc.health.v1.Health/List': 'unary',
  '/grpc.health.v1.Health/Watch': 'serverStream',
};
export const REFLECTION: Library['methods'] = {
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': 'bidi',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': 'bidi',
};

interface Loaded {
  method: ServiceDefinition[string];
  handle: UntypedServiceImplementation[string];
}

function register(server: Server, { methods, load }: Library, loaders: Map<string, () => Promise<void>>): void {
  const loaded = new Map<string, Loaded>();
  let loading: Promise<void> | undefined;
  const once = () => {
    loading ??= load().then((library) =>
      library.addToServer({
        addService(definition, handlers) {
          for (const [name, method] of Object.entries(definition)) {
            const handle = handlers[name] ?? handlers[method.originalName ?? ''];
            if (handle) loaded.set(method.path, { method, handle });
          }
        },
      }),
    );
    return loading;
  };
  for (const [path, type] of Object.entries(methods)) {
    // A call gets no further than its metadata before `ready` has resolved.
    const known = () => loaded.get(path) as Loaded;
    server.register<unknown, unknown>(
      path,
      ((...call: unknown[]) => (known().handle as (...args: unknown[]) => void)(...call)) as never,
      (value) => known().method.responseSerialize(value),
      (bytes) => known().method.requestDeserialize(bytes),
      type,
    );
    loaders.set(path, once);
  }
}
