// Traces by configuration: with OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) set, spans go to that collector;
// without it no tracer is loaded and a span costs a function call. The SDK reads OTEL_SERVICE_NAME,
// OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS by itself.

export interface Tracing {
  /** Sends what is waiting. */
  close(): Promise<void>;
}

/** Starts tracing for this process, if the environment asks for it. */
export async function startTracing(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED } = environment;
  const wanted = OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (!wanted || OTEL_SDK_DISABLED === 'true') return undefined;
  const [api, sdk, { OTLPTraceExporter }, resources, core, { AsyncLocalStorageContextManager }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/core'),
      import('@opentelemetry/context-async-hooks'),
    ]);
  const named = resources.resourceFromAttributes({ 'service.name': 'everypath' });
  const detected = resources.detectResources({
    detectors: [resources.serviceNameEnvDetector, resources.resourceAttributesEnvDetector],
  });
  const exporter = new OTLPTraceExporter();
  const provider = new sdk.TracerProvider({
    resource: resources.defaultResource().merge(named).merge(detected),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  api.trace.setGlobalTracerProvider(provider);
  return { close: () => provider.shutdown() };
}
