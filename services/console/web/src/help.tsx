import { Modal, Switch } from 'antd';
import { useUi } from './ui.js';

interface HelpProps {
  open: boolean;
  keys: boolean;
  onKeys(on: boolean): void;
  onClose(): void;
}

const KEYS: [string, string][] = [
  ['j  k', 'keys.jk'],
  ['Enter', 'keys.enter'],
  ['c', 'keys.c'],
  ['/', 'keys.slash'],
  ['Esc', 'keys.esc'],
  ['?', 'keys.help'],
];

export function Help({ open, keys, onKeys, onClose }: HelpProps) {
  const { t } = useUi();
  return (
    <Modal open={open} title={t('keys.heading')} footer={null} onCancel={onClose} width={420}>
      <dl className="keys">
        {KEYS.map(([key, text]) => (
          <div key={key}>
            <dt>
              {key.split('  ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <p className="keys-switch">
        <Switch size="small" checked={keys} onChange={onKeys} aria-label={t('keys.on')} /> {t('keys.on')}
      </p>
    </Modal>
  );
}
