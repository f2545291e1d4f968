#include "textflag.h"

// func prefetchRows(block unsafe.Pointer, rows *uint32, n, bytes int)
TEXT ·prefetchRows(SB), NOSPLIT, $0-32
	MOVQ  block+0(FP), SI
	MOVQ  rows+8(FP), DI
	MOVQ  n+16(FP), CX
	MOVQ  bytes+24(FP), DX
	LEAQ  (DI)(CX*4), BX

row:
	MOVWLZX    (DI), AX // the place in the block: the low 16 bits of the row
	IMULQ      DX, AX
	PREFETCHT0 (SI)(AX*1)
	ADDQ       $4, DI
	CMPQ       DI, BX
	JB         row
	RET
