import type { FastifyInstance } from 'fastify';
import { type AppRoute, addAppRoutes, type RouteAnswer, type RouteRequest } from './app-routes.ts';
import { type HealthReport, healthBody, statusOf } from './health.ts';
import { type LandingPage, landingPage } from './landing-page.ts';
import type { MetricsHandler } from './metrics-route.ts';
import { refuseOtherMethods } from './server.ts';

/** What the routes of an exporter ask the rest of it. */
export interface ExporterRoutes {
  readonly metricsPath: string;
  readonly metrics: MetricsHandler;
  readonly page: Omit<LandingPage, 'report' | 'metricsPath' | 'links'>;
  /** The app's own paths. */
  readonly own: readonly AppRoute[];
  /** Answers those. */
  answer(request: RouteRequest): Promise<RouteAnswer> | RouteAnswer;
  /** Whether the configuration is loaded and the devices are followed. */
  isReady(): boolean;
  health(): HealthReport;
  /** Reads the configuration again; rejects with the reason why the old one stays. */
  reload(): Promise<void>;
}

const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** `/-/healthy` and `/-/ready`: the process lives; it may be scraped. Neither asks a device. */
export function addHealthRoutes(server: FastifyInstance, isReady: () => boolean): void {
  server.get('/-/healthy', (_request, reply) => reply.type(PLAIN_TEXT).send('Healthy\n'));
  server.get('/-/ready', (_request, reply) => {
    if (isReady()) return reply.type(PLAIN_TEXT).send('Ready\n');
    return reply.code(503).type(PLAIN_TEXT).send('Not ready\n');
  });
  for (const path of ['/-/healthy', '/-/ready']) refuseOtherMethods(server, path, ['GET', 'HEAD']);
}

/** Every endpoint of an exporter. */
export function addExporterRoutes(server: FastifyInstance, routes: ExporterRoutes): void {
  const { metricsPath } = routes;
  addHealthRoutes(server, routes.isReady);
  server.get(metricsPath, routes.metrics);
  server.get('/healthz', (_request, reply) => {
    const report = routes.health();
    return reply.code(statusOf(report) === 'unhealthy' ? 503 : 200).send(healthBody(report));
  });
  server.post('/-/reload', async (_request, reply) => {
    try {
      await routes.reload();
      return reply.type(PLAIN_TEXT).send('');
    } catch (error) {
      return reply
        .code(500)
        .type(PLAIN_TEXT)
        .send(`${(error as Error).message}\n`);
    }
  });
  addAppRoutes(server, routes.own, (request) => routes.answer(request));
  refuseOtherMethods(server, metricsPath, ['GET', 'HEAD']);
  refuseOtherMethods(server, '/healthz', ['GET', 'HEAD']);
  refuseOtherMethods(server, '/-/reload', ['POST']);
  if (metricsPath === '/') return;
  server.get('/', (_request, reply) => {
    const page = landingPage({ ...routes.page, metricsPath, links: routes.own, report: routes.health() });
    return reply.type('text/html; charset=utf-8').send(page);
  });
  refuseOtherMethods(server, '/', ['GET', 'HEAD']);
}
