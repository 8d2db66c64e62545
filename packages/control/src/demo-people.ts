import type { StaffRole } from '@earshot/model';

export const DEMO_TENANT = 'demo';

/** The four who get sign-in links at the start, as far as they are in people.yaml. */
export const DEMO_STAFF: readonly { staffNumber: string; role: StaffRole }[] = [
  { staffNumber: '10001', role: 'agent' },
  { staffNumber: '20001', role: 'team-lead' },
  { staffNumber: '30001', role: 'floor-supervisor' },
  { staffNumber: '40001', role: 'inspection-lead' },
];

/** Written to the data folder at the first start, to be changed there. */
export const DEMO_PEOPLE_YAML = `# 人员与组织 / People and organisation. Read at every start.
# roles: agent 坐席, team-lead 班组长, floor-supervisor 现场主管, inspector 质检员, inspection-lead 质检主管,
#        rule-admin 规则管理员, system-admin 系统管理员, auditor 审计员
tenant: ${DEMO_TENANT}
units:
  - { id: centre, name: 客服中心 }
  - { id: wealth, name: 理财服务组, parent: centre }
  - { id: cards, name: 信用卡组, parent: centre }
people:
  - { staffNumber: "10001", name: 李晓, roles: [agent], unit: wealth }
  - { staffNumber: "10002", name: 王敏, roles: [agent], unit: wealth }
  - { staffNumber: "10003", name: 张伟, roles: [agent], unit: cards }
  - { staffNumber: "20001", name: 陈静, roles: [team-lead], unit: wealth }
  - { staffNumber: "20002", name: 赵磊, roles: [team-lead], unit: cards }
  - { staffNumber: "30001", name: 刘洋, roles: [floor-supervisor], unit: centre }
  - { staffNumber: "40001", name: 孙莉, roles: [inspection-lead], unit: centre }
  - { staffNumber: "50001", name: 周涛, roles: [rule-admin, system-admin], unit: centre }
# Beyond loopback callers need a key: ./earshot keys new crm
apiKeys: []
`;
