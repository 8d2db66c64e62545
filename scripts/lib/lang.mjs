// Words of the set-up scripts. They run before anything is installed, so they carry their own small catalogue.

/** @typedef {'zh' | 'en'} Lang */

/**
 * `--lang` wins, then an English or Chinese locale; a locale that says neither gets Chinese, as the console does.
 * @param {readonly string[]} args
 * @param {Record<string, string | undefined>} env
 * @returns {Lang}
 */
export function chooseLang(args, env) {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const given = at < 0 ? undefined : args[at]?.includes('=') ? args[at]?.slice('--lang='.length) : args[at + 1];
  const locale = given ?? env['EARSHOT_LANG'] ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return locale.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

/** @type {Record<Lang, Record<string, (...values: (string | number)[]) => string>>} */
const CATALOGUES = {
  en: {
    nodeTooOld: (have, need) => `Earshot needs Node ${need} or newer; this is ${have}. See https://nodejs.org`,
    install: () => 'Installing dependencies',
    build: () => 'Building',
    engine: () => 'Installing the analysis engine (178 MB)',
    packages: (done, all) => `${done} of ${all} packages`,
    waiting: (pid) => `Another set-up of this folder is running (process ${pid}); waiting for it`,
    seconds: (n) => `${n} s`,
    failed: (what) => `${what} failed. The last lines:`,
    fullLog: (file) => `Everything it said is in ${file}`,
    offline: (registry) =>
      `The package registry could not be reached (${registry}). Check the network or proxy, or set another one: npm config set registry <address>`,
    diskFull: () => 'The disk is full.',
    notBuilt: (file) => `${file} is missing after the build.`,
    engineStarted: (file) => `Analysis engine: downloading in the background (log: ${file})`,
    engineDone: (n) => `Analysis engine: installed (${n} s)`,
    engineFailed: (file) =>
      `Analysis engine: could not be installed, analysis stays off; all else works (log: ${file})`,
    forced: () => 'It did not stop in time and was ended.',
  },
  zh: {
    nodeTooOld: (have, need) => `Earshot 需要 Node ${need} 或更新版本，当前为 ${have}。下载：https://nodejs.org`,
    install: () => '安装依赖',
    build: () => '构建',
    engine: () => '安装分析引擎（178 MB）',
    packages: (done, all) => `${done} / ${all} 个包`,
    waiting: (pid) => `本目录已有一个安装进程（进程号 ${pid}），等待其完成`,
    seconds: (n) => `${n} 秒`,
    failed: (what) => `${what}失败，最后几行输出：`,
    fullLog: (file) => `完整输出见 ${file}`,
    offline: (registry) =>
      `无法连接软件包仓库（${registry}）。请检查网络或代理，或更换仓库：npm config set registry <地址>`,
    diskFull: () => '磁盘已满。',
    notBuilt: (file) => `构建后缺少 ${file}。`,
    engineStarted: (file) => `分析引擎：后台下载中（日志：${file}）`,
    engineDone: (n) => `分析引擎：已安装（${n} 秒）`,
    engineFailed: (file) => `分析引擎：安装失败，分析功能关闭，其余功能不受影响（日志：${file}）`,
    forced: () => '未能按时停止，已强制结束。',
  },
};

/**
 * @param {Lang} lang
 * @param {string} key
 * @param {...(string | number)} values
 */
export function say(lang, key, ...values) {
  const words = CATALOGUES[lang][key];
  if (!words) throw new Error(`no words for ${key}`);
  return words(...values);
}

/** Keys of each catalogue, for the parity test. */
export const catalogueKeys = () => ({ en: Object.keys(CATALOGUES.en), zh: Object.keys(CATALOGUES.zh) });
