# Reads perf's list (share, thread, library, symbol) and writes shares a kernel, a Swift module, or a library.
# rows: those of a step; set: instructions of 8-bit products; ceilings: what `dragoman-bench kernels` printed.

function measured(names, line,    list, count, i) {
  count = split(names, list, " ")
  for (i = 1; i <= count; i++) line_of[list[i]] = line
}

BEGIN {
  while ((getline text < ceilings) > 0) {
    if (split(text, cell, /  +/) == 8 && cell[3] == rows) ceiling[cell[1] "|" cell[2]] = cell[7] " of " cell[8] "'s"
  }
  measured("panel_avx512 panel_avx2 panel_portable", "float32 " set "|decoder")
  measured("ck_panel_avx512_vnni ck_panel_avx512 ck_panel_avx_vnni ck_panel_avx2 ck_panel_portable", "int8 " set "|decoder")
  measured("ck_panel_dotprod ck_panel_i8mm finish finish_256 finish_512", "int8 " set "|decoder")
  measured("attend_8x32 attend_8x64 attend_16x64", "attention|8x64 over 20")
  measured("layer_norm_row", "layer norm|512")
  measured("quantize_row greatest_size", "quantize rows|512")
  measured("bias_relu", "bias and relu|2048")
  measured("bias_swish", "bias and swish|2048")
  measured("bias_gelu", "bias and gelu|2048")
  measured("softmax_row", "softmax|8x64")
  measured("sum_exp greatest", "sum of exponentials|58101")
  measured("any_above ck_add_best", "best 1|58101")
}

# A Swift symbol names its module by length and letters.
function module(symbol) {
  if (match(symbol, /^\$s[0-9]+/)) return "Swift module " substr(symbol, RLENGTH + 1, substr(symbol, 3, RLENGTH - 2))
  return "Swift standard library"
}

function group(library, symbol) {
  if (symbol ~ /swift_(bridgeObject)?(_)?(retain|release|Retain|Release)|RefCount|swift_(retain|release)/)
    return "retain and release"
  if (symbol ~ /malloc|^free$|_int_free|calloc|realloc|swift_(slow)?(alloc|dealloc|Alloc|Dealloc)/) return "malloc and free"
  if (symbol ~ /mem(cpy|move|set)/) return "memcpy, memmove, memset"
  if (library ~ /kernel/) return "Linux"
  if (symbol ~ /^\$s/) return module(symbol)
  if (library == "dragoman" || library ~ /openblas/) return symbol
  return library
}

# The worker's thread alone, which libdispatch names so: loading and tokenization are not in it.
$1 ~ /^[0-9.]+%$/ && $2 ~ /overcommit/ {
  symbol = $5
  sub(/\..*$/, "", symbol)
  share[group($3, symbol)] += $1
  all += $1
}

END {
  for (name in share) {
    part = 100 * share[name] / all
    if (part < 0.3) continue
    printf "%6.1f%%  %-32s", part, name
    if (name in line_of && line_of[name] in ceiling) printf "  %s ceiling", ceiling[line_of[name]]
    printf "\n"
  }
}
