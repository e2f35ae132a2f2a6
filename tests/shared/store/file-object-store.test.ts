import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileObjectStore } from '../../../shared/store/file-object-store';
import { describeObjectStore } from './object-store-cases';

jest.mock('node:fs/promises', () => {
  const actual = jest.requireActual<typeof fs>('node:fs/promises');
  return { ...actual, open: jest.fn(actual.open) };
});

const newRoot = (): string => mkdtempSync(join(tmpdir(), 'candlewick-store-'));
const removeRoot = (root: string): Promise<void> => fs.rm(root, { recursive: true, force: true });

describeObjectStore('folder', () => {
  const root = newRoot();
  return Promise.resolve({ store: createFileObjectStore(root), remove: () => removeRoot(root) });
});

describe('object store: folder', () => {
  let root: string;
  beforeEach(() => (root = newRoot()));
  afterEach(() => removeRoot(root));

  it('keeps each object as a file of its name, and no other file', async () => {
    await createFileObjectStore(root).put('a/b/c', Buffer.from('bars'), { ifAbsent: true });
    expect(readdirSync(join(root, 'a/b'))).toEqual(['c']);
    expect(readdirSync(join(root, '.tmp'))).toEqual([]);
  });

  it('lists nothing of what a killed writer left under a temporary name', async () => {
    mkdirSync(join(root, '.tmp'));
    writeFileSync(join(root, '.tmp/half'), 'ba');
    const store = createFileObjectStore(root);
    await store.put('a/b', Buffer.from('bars'), { ifAbsent: true });
    expect(await store.list('a/')).toEqual(['a/b']);
  });

  it('names what a killed writer left, and takes it away', async () => {
    mkdirSync(join(root, '.tmp'));
    writeFileSync(join(root, '.tmp/half'), 'ba');
    const { leftovers } = createFileObjectStore(root);
    const found = (await leftovers?.list()) ?? [];
    expect(found).toMatchObject([{ name: '.tmp/half', bytes: 2 }]);
    for (const leftover of found) await leftovers?.remove(leftover);
    expect(readdirSync(join(root, '.tmp'))).toEqual([]);
    expect(await createFileObjectStore(join(root, 'none')).leftovers?.list()).toEqual([]);
  });

  it('names no folder whose name is no store key, and may name one whose objects are gone', async () => {
    const store = createFileObjectStore(root);
    await store.put('a/b/c', Buffer.from('bars'), { ifAbsent: true });
    await store.remove('a/b/c');
    for (const name of ['a b', 'ä']) mkdirSync(join(root, 'a', name));
    expect(await store.listFolders('a/')).toEqual(['a/b/']);
  });

  it('leaves no temporary file where an exclusive put comes second', async () => {
    const store = createFileObjectStore(root);
    await store.put('a/b', Buffer.from('1'), { ifAbsent: true });
    await store.put('a/b', Buffer.from('2'), { ifAbsent: true });
    expect(readdirSync(join(root, '.tmp'))).toEqual([]);
  });

  it('is StoreUnavailable below a regular file, saying where', async () => {
    writeFileSync(join(root, 'file'), '');
    const store = createFileObjectStore(join(root, 'file'));
    await expect(store.put('a/b', Buffer.from('1'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringMatching(/the store refused .*file.*ENOTDIR/) as string,
    });
  });

  it.each(['EACCES', 'EIO', 'EROFS'])('is StoreUnavailable where the file system says %s', async (code) => {
    jest.mocked(fs.open).mockRejectedValueOnce(Object.assign(new Error(`${code}: refused`), { code }));
    await expect(createFileObjectStore(root).put('a/b', Buffer.from('1'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringContaining(code) as string,
    });
  });

  it.each(['ENOSPC', 'EDQUOT'])('takes the half-written file away where the file system says %s', async (code) => {
    const { open } = jest.requireActual<typeof fs>('node:fs/promises');
    let halfWritten: string[] = [];
    jest.mocked(fs.open).mockImplementationOnce(async (path, flags) => {
      const file = await open(path, flags);
      file.writeFile = async (bytes) => {
        await file.write((bytes as Buffer).subarray(0, 2));
        halfWritten = readdirSync(join(root, '.tmp'));
        throw Object.assign(new Error(`${code}: no room`), { code });
      };
      return file;
    });
    const store = createFileObjectStore(root);
    await expect(store.put('a/b', Buffer.from('bars'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'StorageFull',
      message: expect.stringContaining('half-written file was removed') as string,
    });
    expect(halfWritten).toHaveLength(1);
    expect(readdirSync(join(root, '.tmp'))).toEqual([]);
    expect(await store.get('a/b')).toBeNull();
  });

  // In a mount namespace of its own. Where this process may not make one, the refusal itself is what is asserted, and
  // the case above, with a fault put in by hand, stands alone.
  it('is StorageFull on a disk that is really full, whole again once there is room', () => {
    const child = join(__dirname, 'children/full-disk.cjs');
    const script = `mount -t tmpfs -o size=350k tmpfs '${root}' && exec '${process.execPath}' '${child}' '${root}'`;
    const asWhom = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
    const { stdout, stderr, error } = spawnSync('unshare', [...asWhom, 'sh', '-c', script], { encoding: 'utf8' });
    if (stdout === '') {
      expect(error?.message ?? stderr).toMatch(/not permitted|permission denied|ENOENT|must be superuser/i);
      return;
    }
    expect(JSON.parse(stdout)).toEqual({
      written: 3,
      code: 'StorageFull',
      message: expect.stringContaining('half-written file was removed') as string,
      temporary: [],
      listed: ['a/1', 'a/2', 'a/3'],
      afterRoomWasMade: 'created',
    });
  });
});
