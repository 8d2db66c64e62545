import { existsSync } from 'node:fs';
import { EarshotError } from '@earshot/model';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

export interface PagesOptions {
  /** Folders with the built wall and the built desk. */
  webDir: string;
  widgetDir: string;
  /** Origins of the CRM pages that may frame the desk. */
  parentOrigins: readonly string[];
}

const config = { policy: 'page.read' } as const;
const FOREVER = 'public, max-age=31536000, immutable';

/** The wall at `/`, the desk for frames at `/desk.html`, and the script that makes such a frame. */
export async function registerPages(app: FastifyInstance, options: PagesOptions): Promise<void> {
  const roots = [options.webDir, options.widgetDir].filter((dir) => existsSync(dir));
  if (roots.length > 0) {
    await app.register(fastifyStatic, { root: roots, serve: false, cacheControl: false, dotfiles: 'deny' });
  }
  const send = (reply: FastifyReply, file: string, cache: string) => {
    if (roots.length === 0) throw new EarshotError('not-found', 'the pages have not been built');
    return reply.header('cache-control', cache).sendFile(file);
  };
  const framable = options.parentOrigins.length > 0 ? ["'self'", ...options.parentOrigins] : ["'self'"];

  app.addHook('onSend', async (request, reply) => {
    const desk = request.routeOptions.url === '/desk.html';
    reply.header('content-security-policy', policyFor(desk ? framable : ["'none'"]));
    reply.header('cross-origin-opener-policy', 'same-origin');
    const shared = request.routeOptions.url === '/widget.js';
    reply.header('cross-origin-resource-policy', shared ? 'cross-origin' : 'same-origin');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });

  app.get('/', { config }, (_request, reply) => send(reply, 'index.html', 'no-store'));
  app.get('/index.html', { config }, (_request, reply) => send(reply, 'index.html', 'no-store'));
  app.get('/desk.html', { config }, (_request, reply) => send(reply, 'desk.html', 'no-store'));
  app.get('/widget.js', { config }, (_request, reply) => send(reply, 'widget.js', 'no-cache'));
  app.get<{ Params: { '*': string } }>('/assets/*', { config }, (request, reply) => {
    return send(reply, `assets/${request.params['*']}`, FOREVER);
  });
}

/** Scripts from here only; inline styles because the component library writes its own. */
function policyFor(frameAncestors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors.join(' ')}`,
  ].join('; ');
}
