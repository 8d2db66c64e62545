/**
 * What a CRM page loads: `<script src="https://earshot.example/widget.js"></script>`, then
 * `earshot.mount(element, { staff, token })`. A plain script, not a module, for pages of any age.
 */
interface MountOptions {
  /** 工号. */
  staff: string;
  /** Signed by the CRM's own back end; travels in the fragment, which no server log ever sees. */
  token: string;
  lang?: 'zh' | 'en';
}

interface Mounted {
  /** Show this conversation, because the agent turned to it in the CRM. */
  focus(conversationId: string): void;
  unmount(): void;
}

(() => {
  const script = document.currentScript;
  const origin = script instanceof HTMLScriptElement ? new URL(script.src).origin : window.location.origin;

  function mount(element: HTMLElement, options: MountOptions): Mounted {
    const url = new URL('/desk.html', origin);
    url.searchParams.set('staff', options.staff);
    if (options.lang) url.searchParams.set('lang', options.lang);
    url.hash = `token=${encodeURIComponent(options.token)}`;

    const frame = document.createElement('iframe');
    frame.src = url.href;
    frame.title = 'Earshot 实时质检';
    frame.allow = 'clipboard-write';
    frame.style.cssText = 'border:0;width:100%;height:100%;display:block';
    element.append(frame);
    return {
      focus: (conversationId) => frame.contentWindow?.postMessage({ type: 'earshot:focus', conversationId }, origin),
      unmount: () => frame.remove(),
    };
  }

  Object.assign(window, { earshot: { mount } });
})();
