import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { copyText } from '../../client/src/text/copy.js';
import { useUi } from './ui.js';

const TOLD_MS = 2_000;

/** Says on itself whether it worked. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useUi();
  const [told, setTold] = useState<boolean | undefined>();
  useEffect(() => {
    if (told === undefined) return;
    const timer = setTimeout(() => setTold(undefined), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  return (
    <Button size="small" type="text" aria-live="polite" onClick={() => void copyText(text).then(setTold)}>
      {told === undefined ? label : t(told ? 'page.copied' : 'page.copy-failed')}
    </Button>
  );
}
