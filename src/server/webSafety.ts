import { hostname, networkInterfaces } from 'node:os';
import type { Config } from '../config.ts';

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]']);

/** @param name of a host, in lower case; an IPv6 address in brackets */
export function isLoopback(name: string): boolean {
  return LOOPBACK.test(name);
}

export interface WebSafety {
  /**
   * @param host the Host header: this server's own name, loopback, or the host of a listed origin. Anything else is a foreign
   * name that somebody pointed at this address, to reach it from a page of theirs.
   */
  allowsHost(host: string | undefined): boolean;
  /** @param origin the Origin header, which browsers send with what a page asks for; absent: no page asked */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean;
}

export function webSafety({ host, origins }: Pick<Config, 'host' | 'origins'>): WebSafety {
  const listed = new Set(origins.map((origin) => originOf(origin)));
  const own = new Set([...ownNames(host), ...origins.map((origin) => nameOf(origin))]);
  return {
    allowsHost(header) {
      const name = nameOf(`http://${header ?? ''}`);
      return name !== null && (isLoopback(name) || own.has(name));
    },
    allowsOrigin(origin, header) {
      if (origin === undefined) return true;
      const name = nameOf(origin);
      if (name === null) return false;
      return isLoopback(name) || listed.has(originOf(origin)) || isSameHost(origin, header);
    },
  };
}

/** Every name of the machine where it listens on every address. */
function ownNames(host: string): string[] {
  if (!ANY_ADDRESS.has(host)) return [nameOf(`http://${bracketed(host)}`) ?? host];
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return [hostname().toLowerCase(), ...addresses.map(({ address }) => bracketed(address))];
}

export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** Host name of a URL, lower case, without port; null when it isn't a URL of a page. */
function nameOf(text: string): string | null {
  const url = urlOf(text);
  return url === null || !/^https?:$/.test(url.protocol) || url.hostname === '' ? null : url.hostname;
}

function originOf(text: string): string | null {
  return urlOf(text)?.origin ?? null;
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** The page was served from where it now asks. A proxy that ends TLS makes the schemes differ. */
function isSameHost(origin: string, header: string | undefined): boolean {
  return header !== undefined && urlOf(origin)?.host === header.toLowerCase();
}
