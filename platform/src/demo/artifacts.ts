// Programs as a device of the demo gets them: by SHA-256 from the service, and compiled once where they are WebAssembly.

/** Modules by SHA-256. */
const compiled = new Map<string, Promise<WebAssembly.Module>>();

/**
 * V8 compiles the same bytes once as long as one module of them lives; a program opened again by the next visitor, or in
 * the next bout, is then not compiled again, which takes longer than the bout.
 */
export async function keepCompiled(
  sha: string,
  bytes: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const module = compiled.get(sha) ?? bytes().then((own) => WebAssembly.compile(own));
  compiled.set(sha, module);
  await module;
}

export async function getArtifact(baseUrl: string, sha: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${baseUrl}/v1/artifacts/${sha}`);
  if (!response.ok) throw new Error(`artifact ${sha}: the service answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
