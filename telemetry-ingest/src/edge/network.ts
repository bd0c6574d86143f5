// The network that a request came from: the first 24 bits of an IPv4 address, the first 56 of an IPv6 one. It is
// hashed into a rate limit and forgotten: neither it nor an address is logged, stored or joined with a device.

import { isIPv4, isIPv6 } from 'node:net';

/** A key for the network, or undefined for loopback and private ones, which are proxies rather than devices. */
export function networkOf(address: string | undefined): string | undefined {
  if (address === undefined || address === '127.0.0.1' || address === '::1') return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  const plain = mapped?.[1] ?? address.replace(/%.*$/, '');
  if (isIPv4(plain)) {
    const [a = 0, b = 0, c = 0] = plain.split('.').map(Number);
    const isPrivate =
      a === 127 ||
      a === 10 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254);
    return isPrivate ? undefined : `${a}.${b}.${c}`;
  }
  if (!isIPv6(plain)) return undefined;
  const groups = expand(plain);
  const first = Number.parseInt(groups[0] ?? '0', 16);
  const isPrivate =
    groups.slice(0, 7).every((group) => group === '0') ||
    (first & 0xfe00) === 0xfc00 ||
    (first & 0xffc0) === 0xfe80;
  if (isPrivate) return undefined;
  const fourth = Number.parseInt(groups[3] ?? '0', 16) & 0xff00;
  return [...groups.slice(0, 3), fourth.toString(16)].join(':');
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expand(address: string): readonly string[] {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16).toString(16));
  const left = groups(head);
  if (tail === undefined) return left;
  const right = groups(tail);
  return [
    ...left,
    ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'),
    ...right,
  ];
}
