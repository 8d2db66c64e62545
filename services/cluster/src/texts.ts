import type { ProcessState } from './managed-process.js';

export type Lang = 'zh' | 'en';

/** What the terminal says. */
export function textsOf(lang: Lang) {
  const zh = lang === 'zh';
  return {
    starting: zh
      ? '正在启动 Kafka（首次启动需由 Maven 下载其 jar 包）'
      : 'Starting Kafka (the first time its jars come by Maven)',
    preparing: zh ? '正在创建主题、发布规则与人员' : 'Creating topics, publishing rules and people',
    engineMissing: zh
      ? '分析关闭：分析引擎未安装。安装：npx -y pnpm@10.34.9 install --filter @earshot/chdb-engine，或用 --clickhouse-url 指定服务器'
      : 'Analysis is off: its engine is missing. Install it by npx -y pnpm@10.34.9 install --filter @earshot/chdb-engine, or name a server by --clickhouse-url',
    noRedis: (why: string) =>
      zh
        ? `没有 Redis，各进程只知道自己的在线人员与计数，预警不受影响（${why}）`
        : `No Redis: each process knows its own people and counts only; alerts do not need it (${why})`,
    redisGone: zh ? 'Redis 无响应，正在重新启动' : 'Redis takes no connections; it is started again',
    services: (count: number) => (zh ? `正在启动 ${count} 个服务进程` : `Starting ${count} services`),
    columns: zh ? ['组件', '进程号', '状态', '地址', '日志'] : ['part', 'pid', 'state', 'address', 'log'],
    state: (state: ProcessState) => (zh ? STATE_ZH[state] : state),
    ready: (kafka: string, ms: number) =>
      zh ? `就绪（ready）：Kafka ${kafka}（${seconds(ms)} 秒）` : `ready: Kafka at ${kafka} (${seconds(ms)} s)`,
    doors: (console: string, http: string, grpc: string) =>
      zh
        ? `控制台 ${console}，接入：gRPC ${grpc}，HTTP ${http}`
        : `Console ${console}, conversations in: gRPC ${grpc}, HTTP ${http}`,
    links: zh ? '一次性登录链接：' : 'One-time sign-in links:',
    howToStop: zh ? '按 Ctrl-C 全部停止。' : 'Ctrl-C stops everything.',
    ended: (name: string, how: string, ms: number) =>
      zh
        ? `${name} 已退出（${how}），${seconds(ms)} 秒后重新启动`
        : `${name} ended (${how}); it is started again in ${seconds(ms)} s`,
    back: (name: string) => (zh ? `${name} 已恢复` : `${name} is back`),
    kafkaGone: zh ? 'Kafka 无响应，正在重新启动' : 'Kafka takes no connections; it is started again',
    stopping: zh ? '正在停止' : 'Stopping',
    stopped: zh ? '集群已停止。' : 'The cluster has stopped.',
  };
}

const STATE_ZH: Record<ProcessState, string> = {
  starting: '启动中',
  ready: '就绪',
  waiting: '等待重启',
  stopped: '已停止',
};

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
