import { useState } from 'react';
import { Button } from './button.tsx';

/** A picture or voice a resident sent: nothing is fetched until somebody asks, because it may be hard to see. */
export function Picture({
  consultation,
  version,
  media,
}: {
  consultation: string;
  version: number;
  media: string;
}) {
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const address = `/api/consultations/${encodeURIComponent(consultation)}/pictures/${version}`;
  const words = { image: '写真', video: '動画', audio: '音声', file: 'ファイル' }[media] ?? 'もの';
  if (failed) return <span className="text-soft">（{words}は、もう開けません）</span>;
  if (!open)
    return media === 'file' ? (
      <a className="text-accent underline" href={address} download>
        届いたファイルを保存する
      </a>
    ) : (
      <Button small onClick={() => setOpen(true)}>
        届いた{words}を開く
      </Button>
    );
  const fail = () => setFailed(true);
  if (media === 'audio')
    return (
      // biome-ignore lint/a11y/useMediaCaption: what a resident recorded has no captions.
      <audio controls src={address} onError={fail} />
    );
  if (media === 'video')
    return (
      // biome-ignore lint/a11y/useMediaCaption: what a resident recorded has no captions.
      <video controls src={address} className="max-h-96 max-w-full" onError={fail} />
    );
  return (
    <img src={address} alt="相談者が送った写真" className="max-h-96 max-w-full rounded" onError={fail} />
  );
}
