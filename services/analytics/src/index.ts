export { type Clock, REAL_CLOCK } from './clock.js';
export { type AnalysisState, type Analytics, type AnalyticsDeps, type AnalyticsSettings, create } from './service.js';
