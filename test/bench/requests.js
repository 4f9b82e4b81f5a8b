/** HTTP/1.1 requests as they go over the wire, prepared before the clock starts. */
import { writeFile } from 'node:fs/promises';

/** @typedef {{ method?: string, path: string, headers?: Record<string, string>, body?: object, form?: Record<string, string> }} Request */

/**
 * For `loadRequests` of wrk.js.
 *
 * @param {string} path
 * @param {string} origin
 * @param {Request[]} requests
 */
export async function writeRequests(path, origin, requests) {
  const { host } = new URL(origin);
  const texts = requests.map((request) => wireOf(host, request));
  await writeFile(path, texts.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(''));
}

/**
 * The same request by fetch.
 *
 * @param {string} origin
 * @param {Request} request
 */
export function send(origin, { method = 'GET', path, headers = {}, body }) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(origin + path, { method, headers: { ...headers, ...typeOf(body) }, redirect: 'manual', ...sent });
}

/**
 * @param {string} host
 * @param {Request} request
 */
function wireOf(host, { method = 'GET', path, headers = {}, body, form }) {
  const text = form ? String(new URLSearchParams(form)) : body === undefined ? '' : JSON.stringify(body);
  const length = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  const lines = Object.entries({ host, ...headers, ...typeOf(body), ...(form && FORM), ...length });
  return [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', text].join('\r\n');
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * @param {object | undefined} body
 * @returns {Record<string, string>}
 */
function typeOf(body) {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}
