// The one entry of the dashboard.

export { createDashboard } from './dashboard.ts';
export type {
  ClickHouseQueries,
  DashboardDependencies,
  Decision,
  ExplainedCandidate,
  ExplainedNode,
  Explanation,
  FunctionDetail,
  FunctionSummary,
  Ledger,
  PlatformQueries,
} from './ports.ts';
