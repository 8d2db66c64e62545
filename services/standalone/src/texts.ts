import type { Alert } from '@earshot/model';

export type Lang = 'zh' | 'en';

const SEVERITY_ZH = { low: '低', medium: '中', high: '高', critical: '严重' } as const;

const ROLE = {
  zh: { agent: '坐席', 'team-lead': '班组长', 'floor-supervisor': '现场主管', 'inspection-lead': '质检主管' } as Record<
    string,
    string
  >,
  en: {} as Record<string, string>,
};

/** What the terminal says. */
export function textsOf(lang: Lang) {
  const zh = lang === 'zh';
  return {
    ready: (url: string, ms: number) =>
      zh ? `实时质检已启动（${seconds(ms)} 秒）：${url}` : `Earshot is up (${seconds(ms)} s): ${url}`,
    doors: (http: string, grpc: string) =>
      zh
        ? `接入：gRPC ${grpc}，HTTP ${http}（接口文档 ${http}/docs）`
        : `Send conversations to: gRPC ${grpc}, HTTP ${http} (docs at ${http}/docs)`,
    rulesDoor: (grpc: string) => (zh ? `规则管理：gRPC ${grpc}` : `Manage rules at: gRPC ${grpc}`),
    links: zh ? '一次性登录链接：' : 'One-time sign-in links:',
    role: (role: string) => ROLE[lang][role] ?? role.replace('-', ' '),
    demo: (name: string) => (zh ? `正在播放演示通话「${name}」` : `Playing the demo call "${name}"`),
    demoOver: zh
      ? '演示通话结束。服务继续运行，按 Ctrl-C 停止。'
      : 'The demo call is over. Earshot runs on; stop it with Ctrl-C.',
    demoFailed: zh
      ? '演示通话没有播完，服务继续运行。'
      : 'The demo call could not be played to its end; Earshot runs on.',
    analysisOff: zh
      ? '分析引擎未安装：分析关闭，其余功能正常。'
      : 'The analysis engine is not installed: analysis is off, all else works.',
    analysisOn: zh ? '分析已开启。' : 'Analysis is on.',
    stopped: zh ? '实时质检已停止。' : 'Earshot has stopped.',
    alert: (alert: Alert) => {
      const { finding } = alert;
      const level = zh ? SEVERITY_ZH[finding.severity] : finding.severity;
      const call = Object.values(alert.summary.externalIds)[0] ?? alert.conversationId;
      const head = `  ● [${level}] ${finding.prompt.title}  (${call})`;
      const say = finding.prompt.say[0] ? `\n    ${zh ? '话术' : 'say'}: ${finding.prompt.say[0]}` : '';
      return `${head}\n    ${finding.prompt.what}${say}`;
    },
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
