/** Versions of the native parts. The hashes of the wheels stand in the files `*.txt` beside this file. */
export const TEMPORAL_CLI_VERSION = '1.5.1';
export const TEMPORAL_GO_PACKAGE = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;
export const TEMPORAL_GO_MODULE = `github.com/temporalio/cli@v${TEMPORAL_CLI_VERSION}`;
/** The S3 server against which the tests run; Apache 2. */
export const VERSITYGW_VERSION = '1.8.0';
export const VERSITYGW_MODULE = `github.com/versity/versitygw@v${VERSITYGW_VERSION}`;
export const VERSITYGW_PACKAGE = `github.com/versity/versitygw/cmd/versitygw@v${VERSITYGW_VERSION}`;
export const LIGHTGBM_VERSION = '4.7.0';
/** The wheel that carries a libgomp for machines without one; nothing else of it is used. */
export const SCIKIT_LEARN_VERSION = '1.9.0';
/** The library under tfjs-node, out of TensorFlow's own wheels. */
export const TENSORFLOW_VERSION = '2.21.0';
/** The packages @tensorflow/tfjs-node and @tensorflow/tfjs-node-gpu, as in `package.json`. */
export const TFJS_NODE_VERSION = '4.22.0';
/** A download that shows no new byte for this long is taken for blocked. */
export const BLOCKED_AFTER_MS = 10_000;

/** Wheel tags by platform, the newest first, as `pip download --platform` wants them. */
export const WHEEL_PLATFORMS = {
  'linux-x64': ['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64', 'manylinux2014_x86_64'],
  'linux-arm64': ['manylinux_2_28_aarch64', 'manylinux_2_27_aarch64', 'manylinux2014_aarch64'],
  'darwin-x64': ['macosx_10_15_x86_64'],
  'darwin-arm64': ['macosx_12_0_arm64'],
};
