/** Why a file could not be written, in words: one table for all that write. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission", EPERM: "no permission", ENOSPC: "the disk is full", EDQUOT: "the quota of the disk is used up", EFBIG: "it would be larger than a file may be here (`ulimit -f`, or the file system)",
  EISDIR: "it is a folder", EEXIST: "something of its name is there already", ENOENT: "its folder is not there", ENOTDIR: "a part of the path is a file", EROFS: "the disk cannot be written",
};

/** `error`: what the file system threw. */
export function writingReason(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
