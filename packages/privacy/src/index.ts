export { createMasker, findPersonalData } from './mask.js';
export {
  type ContextKind,
  type LegState,
  type Masked,
  type MaskedSpan,
  type Masker,
  PERSONAL_DATA_TYPES,
  type PersonalDataType,
} from './types.js';
