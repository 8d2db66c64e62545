import { EarshotError } from '@earshot/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, DeadLetterOffice } from '../dead-letters/office.js';
import { asked, dropRequest, listQuery, replayRequest } from '../dead-letters/requests.js';
import { OPERATOR_TENANT } from '../session/authenticate.js';
import { authorOf } from '../session/author.js';

/** What could not be used: to be looked at, put back or dropped. Everybody but the operator sees their own tenant's. */
export function registerDeadLetterRoutes(app: FastifyInstance, office: DeadLetterOffice): void {
  const read = { config: { policy: 'dead-letters.read' } } as const;
  const text = { config: { policy: 'dead-letters.text' } } as const;
  const handle = { config: { policy: 'dead-letters.handle' } } as const;

  app.get('/v1/admin/dead-letters', read, async (request) =>
    office.list(callerOf(request), asked(listQuery, request.query)),
  );

  app.get<{ Params: { id: string } }>('/v1/admin/dead-letters/:id', read, async (request) =>
    office.show(callerOf(request), request.params.id),
  );

  app.get<{ Params: { id: string } }>('/v1/admin/dead-letters/:id/content', text, async (request) =>
    office.content(callerOf(request), request.params.id),
  );

  app.post('/v1/admin/dead-letters/replay', handle, async (request) => {
    const wanted = asked(replayRequest, request.body);
    return office.replay(callerOf(request, wanted.author), wanted);
  });

  app.post('/v1/admin/dead-letters/drop', handle, async (request) => {
    const wanted = asked(dropRequest, request.body);
    return office.drop(callerOf(request, wanted.author), wanted);
  });
}

function callerOf({ principal }: FastifyRequest, author?: string): Caller {
  if (!principal) throw new EarshotError('unauthenticated', 'sign in, or send a valid API key');
  const by = authorOf(principal, author);
  return principal.tenant === OPERATOR_TENANT ? { by } : { by, tenant: principal.tenant };
}
