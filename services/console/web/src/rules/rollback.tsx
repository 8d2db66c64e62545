import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { dateTime } from '../../../client/src/words/clock-time.js';
import { useUi } from '../ui.js';
import { rollBack, type Version } from './api.js';

const LONGEST_WHY = 500;

/** Brings this version back into force; nobody does so without a reason. */
export function Rollback({ version, onDone }: { version: Version; onDone(): void }) {
  const { t } = useUi();
  const [open, setOpen] = useState(false);
  const [why, setWhy] = useState('');
  const [state, setState] = useState<'asking' | 'working' | { failed: string }>('asking');

  async function confirm() {
    setState('working');
    const failed = await rollBack(version.hash, why.trim()).catch(() => t('page.failed'));
    if (failed !== undefined) return setState({ failed });
    setOpen(false);
    onDone();
  }

  return (
    <>
      <Button
        size="small"
        danger
        onClick={() => {
          setState('asking');
          setOpen(true);
        }}
      >
        {t('rules.rollback')}
      </Button>
      <Modal
        open={open}
        title={t('rules.rollback.title', { hash: version.hash.slice(0, 8), at: dateTime(version.atMs) })}
        okText={t('rules.rollback')}
        cancelText={t('rules.rollback.cancel')}
        okButtonProps={{ danger: true, disabled: why.trim() === '', loading: state === 'working' }}
        onOk={() => void confirm()}
        onCancel={() => setOpen(false)}
        width={460}
      >
        <p>{t('rules.rollback.hint')}</p>
        <label className="why-label" htmlFor="rollback-why">
          {t('rules.rollback.why')}
          <Input.TextArea
            id="rollback-why"
            value={why}
            rows={3}
            maxLength={LONGEST_WHY}
            autoFocus
            onChange={(event) => setWhy(event.target.value)}
          />
        </label>
        {typeof state === 'object' && (
          <p role="alert" className="failed">
            {t('notice.act-failed', { message: state.failed })}
          </p>
        )}
      </Modal>
    </>
  );
}
