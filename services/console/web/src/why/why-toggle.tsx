import { type ComponentProps, useId, useState } from 'react';
import { useUi } from '../ui.js';
import { WhyPanel } from './why-panel.js';

/** Opens the tree; nothing is asked of the server before somebody does. */
export function WhyToggle(props: ComponentProps<typeof WhyPanel>) {
  const { t } = useUi();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="why">
      <button
        type="button"
        className="linkish"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {t(open ? 'why.close' : 'why.open')}
      </button>
      {open && (
        <div id={id} aria-live="polite">
          <WhyPanel {...props} />
        </div>
      )}
    </div>
  );
}
