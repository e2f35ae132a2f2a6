export async function fetchCuda() {
  return [];
}
