import { describeWarehouseContract } from '../contract.js';
import { openChdbWarehouse } from './index.js';

describeWarehouseContract({ name: 'chdb', open: (dir) => openChdbWarehouse({ dir }) });
