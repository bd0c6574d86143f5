// A mean over values that come in clusters, as a device's problems do, and how far it may be off: a cluster's values are
// no independent evidence.

export interface ClusteredMean {
  readonly mean: number;
  /** Standard error, by how the clusters disagree (Cochran 1977, ratio estimate); NaN of fewer than two. */
  readonly error: number;
}

/** Of the values with the cluster that each is from. */
export function clusteredMean(
  values: readonly { readonly cluster: number; readonly value: number }[],
): ClusteredMean {
  const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length;
  const rests = new Map<number, number>();
  for (const { cluster, value } of values) rests.set(cluster, (rests.get(cluster) ?? 0) + value - mean);
  const clusters = rests.size;
  const squares = [...rests.values()].reduce((sum, rest) => sum + rest ** 2, 0);
  return { mean, error: Math.sqrt((squares * clusters) / (clusters - 1)) / values.length };
}
