// What no HTTP client sends: requests cut short, dripping, stacked, contradicting themselves, or not HTTP at all.

import { connect } from 'node:net';
import type { SeededRandom } from '../../telemetry-ingest/test/faults/seeded-random.ts';

export interface RawAttack {
  readonly kind: string;
  /** Written one after the other, with `pauseMs` between. */
  readonly pieces: readonly string[];
  readonly pauseMs: number;
}

/** One attack on a route that takes a body. */
export function rawAttack(path: string, body: string, random: SeededRandom): RawAttack {
  const bytes = Buffer.byteLength(body);
  const head = (extra: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${extra}\r\n`;
  const whole = `${head(`Content-Length: ${bytes}\r\n`)}${body}`;
  const attacks: readonly RawAttack[] = [
    { kind: 'pipelined', pieces: [whole.repeat(random.between(2, 20))], pauseMs: 0 },
    {
      kind: 'body shorter than promised',
      pieces: [`${head(`Content-Length: ${bytes + 500}\r\n`)}${body}`],
      pauseMs: 0,
    },
    { kind: 'body longer than promised', pieces: [`${head('Content-Length: 10\r\n')}${body}`], pauseMs: 0 },
    { kind: 'negative length', pieces: [`${head('Content-Length: -5\r\n')}${body}`], pauseMs: 0 },
    {
      kind: 'two lengths',
      pieces: [`${head('Content-Length: 5\r\nContent-Length: 6\r\n')}${body}`],
      pauseMs: 0,
    },
    {
      kind: 'length and chunks',
      pieces: [`${head(`Content-Length: ${bytes}\r\nTransfer-Encoding: chunked\r\n`)}${body}`],
      pauseMs: 0,
    },
    {
      kind: 'chunked',
      pieces: [`${head('Transfer-Encoding: chunked\r\n')}${bytes.toString(16)}\r\n${body}\r\n0\r\n\r\n`],
      pauseMs: 0,
    },
    {
      kind: 'chunk without end',
      pieces: [`${head('Transfer-Encoding: chunked\r\n')}fffffff\r\n${body}`],
      pauseMs: 0,
    },
    { kind: 'bad chunk', pieces: [`${head('Transfer-Encoding: chunked\r\n')}zz\r\n${body}`], pauseMs: 0 },
    { kind: 'dripping head', pieces: [...head('X-A: b\r\n')].slice(0, 40), pauseMs: 5 },
    {
      kind: 'dripping body',
      pieces: [head(`Content-Length: ${bytes}\r\n`), ...body.slice(0, 40)],
      pauseMs: 5,
    },
    { kind: 'closed in the head', pieces: [whole.slice(0, random.between(1, 60))], pauseMs: 0 },
    { kind: 'closed in the body', pieces: [whole.slice(0, -random.between(1, bytes - 1))], pauseMs: 0 },
    {
      kind: 'expect continue',
      pieces: [head(`Content-Length: ${bytes}\r\nExpect: 100-continue\r\n`), body],
      pauseMs: 5,
    },
    {
      kind: 'HTTP/1.0',
      pieces: [
        `POST ${path} HTTP/1.0\r\nContent-Length: ${bytes}\r\nContent-Type: application/json\r\n\r\n${body}`,
      ],
      pauseMs: 0,
    },
    { kind: 'absolute address', pieces: [whole.replace(path, `http://elsewhere${path}`)], pauseMs: 0 },
    {
      kind: 'unknown method',
      pieces: [whole.replace('POST', random.pick(['BREW', 'TRACE', 'CONNECT', 'PROPFIND', 'post']))],
      pauseMs: 0,
    },
    { kind: 'no host', pieces: [whole.replace('Host: x\r\n', '')], pauseMs: 0 },
    {
      kind: 'odd host',
      pieces: [whole.replace('Host: x', `Host: ${random.pick(['', 'a b', '[::', 'x:99999', '<>', 'é'])}`)],
      pauseMs: 0,
    },
    {
      kind: 'odd target',
      pieces: [
        whole.replace(
          path,
          random.pick(['*', '//', '//x', '/\\', '/%', 'x', '/a b', '/%00', `/${'a/'.repeat(3_000)}`]),
        ),
      ],
      pauseMs: 0,
    },
    { kind: 'large head', pieces: [head(`X-A: ${'a'.repeat(60_000)}\r\n`)], pauseMs: 0 },
    {
      kind: 'many headers',
      pieces: [head(Array.from({ length: 3_000 }, (_, n) => `X-${n}: y\r\n`).join(''))],
      pauseMs: 0,
    },
    {
      kind: 'upgrade',
      pieces: [head('Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n')],
      pauseMs: 0,
    },
    {
      kind: 'TLS',
      pieces: ['\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
      pauseMs: 0,
    },
    {
      kind: 'HTTP/2',
      pieces: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000'],
      pauseMs: 0,
    },
    { kind: 'noise', pieces: [Buffer.from(random.bytes(300)).toString('latin1')], pauseMs: 0 },
  ];
  return random.pick(attacks);
}

/** What a raw attack got back: the statuses of the answers, in order. */
export interface RawAnswer {
  readonly connected: boolean;
  readonly statuses: readonly { readonly status: number; readonly retryAfter: boolean }[];
}

/** Does it, hears the server out for a moment, and hangs up. */
export function attackRaw(port: number, attack: RawAttack): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    let connected = false;
    let quiet: NodeJS.Timeout | undefined;
    const hangUp = (): void => void socket.destroy();
    const listen = (ms: number): void => {
      clearTimeout(quiet);
      quiet = setTimeout(hangUp, ms);
    };
    socket.on('connect', async () => {
      connected = true;
      for (const piece of attack.pieces) {
        if (socket.destroyed) break;
        socket.write(piece, 'latin1');
        if (attack.pauseMs > 0) await new Promise((next) => setTimeout(next, attack.pauseMs));
      }
      listen(150);
    });
    socket.on('data', (chunk) => {
      answer = (answer + chunk.toString('latin1')).slice(-1_000_000);
      listen(30);
    });
    // Being thrown out is a fine answer to an attack.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(quiet);
      const heads = answer.split(/(?=HTTP\/1\.[01] \d{3})/).filter((part) => part.startsWith('HTTP/1.'));
      resolve({
        connected,
        statuses: heads.map((part) => ({
          status: Number(part.slice(9, 12)),
          retryAfter: /\r\nretry-after:/i.test(part.split('\r\n\r\n')[0] ?? ''),
        })),
      });
    });
  });
}
