export { alertsByRuleAndDay } from './alerts-by-rule-and-day.js';
export { conversationsByExternalId } from './conversations-by-external-id.js';
export { type DeliveryLatency, deliveryLatency } from './delivery-latency.js';
export { type Answerer, TimeRange, TimeZone } from './shape.js';
