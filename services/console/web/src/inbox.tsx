import { Segmented } from 'antd';
import { AlertItem } from './alert-item.js';
import { Empty } from './empty.js';
import { FOLDERS, type Folder, type Folders } from './inbox-lists.js';
import { Notices } from './notices.js';
import { useUi } from './ui.js';
import { VirtualList } from './virtual-list.js';

const ITEM_HEIGHT_PX = 96;

interface InboxProps {
  lists: Folders;
  folder: Folder;
  selected: string | undefined;
  onFolder(folder: Folder): void;
}

export function Inbox({ lists, folder, selected, onFolder }: InboxProps) {
  const { t } = useUi();
  const items = lists[folder];
  return (
    <aside className="inbox" aria-label={t('inbox.heading')}>
      <div className="panel-head">
        <h2>{t('inbox.heading')}</h2>
        <Segmented
          size="small"
          value={folder}
          onChange={onFolder}
          options={FOLDERS.map((name) => ({ value: name, label: `${t(`inbox.${name}`)} ${lists[name].length}` }))}
        />
      </div>
      <Notices />
      {items.length === 0 && <Empty title={t(`inbox.empty.${folder}`)} hint={t(`inbox.hint.${folder}`)} />}
      <VirtualList
        items={items}
        rowHeightPx={ITEM_HEIGHT_PX}
        keyOf={(alert) => alert.id}
        label={t('inbox.heading')}
        role="list"
        selected={selected}
        render={(alert, index, topPx) => (
          <AlertItem
            key={alert.id}
            alert={alert}
            topPx={topPx}
            selected={alert.id === selected}
            index={index}
            count={items.length}
          />
        )}
      />
    </aside>
  );
}
