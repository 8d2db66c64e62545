import { CONTENT_CLASSES, SEVERITIES } from '@earshot/model';
import { z } from 'zod';

const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}_.-]+$/u, 'letters, digits, dot, dash and underscore only');
const filter = z.array(z.string().min(1).max(128)).min(1).max(200);
const host = z
  .string()
  .max(253)
  .regex(/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i, 'a host name, or *.example.com for all below it');

// A reference may not reach into the rest of the process: one folder, one family of variables.
const secretSchema = z.union(
  [
    z.strictObject({ file: z.string().regex(/^[\w-][\w.-]{0,99}$/) }),
    z.strictObject({ env: z.string().regex(/^EARSHOT_WEBHOOK_SECRET_[A-Z0-9_]{1,60}$/) }),
  ],
  {
    error: 'either {file: NAME} in the folder of secrets, or {env: EARSHOT_WEBHOOK_SECRET_…}; never the secret itself',
  },
);

export const routeSchema = z.strictObject({
  id,
  url: z.string().min(1),
  secrets: z.array(secretSchema).min(1).max(2),
  severities: z.array(z.enum(SEVERITIES)).min(1).default(['high', 'critical']),
  units: filter.optional(),
  skillGroups: filter.optional(),
  content: z.enum(CONTENT_CLASSES).default('reference'),
});

/** `routes.yaml`: one tenant's ways out of the house. */
export const routesSchema = z.strictObject({
  tenant: id,
  hosts: z.array(host).min(1).max(200).optional(),
  routes: z.array(routeSchema).max(200),
});
