import type { ServiceDefinition } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { expect, test } from 'vitest';
import { HEALTH, REFLECTION } from './library-services.js';

test.each([
  ['health', new HealthImplementation(), HEALTH],
  ['reflection', new ReflectionService({}), REFLECTION],
])('%s has just the methods that are promised before its library is loaded', (_name, library, promised) => {
  const brought: Record<string, string> = {};
  library.addToServer({
    addService(definition: ServiceDefinition) {
      for (const { path, requestStream, responseStream } of Object.values(definition))
        brought[path] = requestStream ? 'bidi' : responseStream ? 'serverStream' : 'unary';
    },
  });
  expect(brought).toEqual(promised);
});
