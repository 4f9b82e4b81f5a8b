/** Nest on Fastify with one open route and nothing else: what the framework alone costs. */
import 'reflect-metadata';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class HelloController {
  live() {
    return { status: 'ok' };
  }
}
// What the decorators' @ would do: plain JavaScript has none on Node.
Get('live')(
  HelloController.prototype,
  'live',
  Object.getOwnPropertyDescriptor(HelloController.prototype, 'live') ?? {},
);
Controller('health')(HelloController);

// oxlint-disable-next-line typescript/no-extraneous-class -- a Nest module is an empty class, and no decorator fits here
const module = { module: class {}, controllers: [HelloController] };
const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
await app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGINT', () => process.exit(0));
