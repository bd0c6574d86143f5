// The one entry of the platform, for programs that start it themselves.

export { type Platform, type PlatformOptions, startPlatform } from './server.ts';
