#include "textflag.h"

// A vector has 32 bytes. In what follows, a code lies in a span if its distance from the first
// code of the span, modulo the range of the code, is not greater than the length of the span:
// then the lesser of distance and length is the distance.

// func scanBytesByVectors(codes *uint8, words *uint64, n int, from, length uint8)
TEXT ·scanBytesByVectors(SB), NOSPLIT, $0-26
	MOVQ         codes+0(FP), SI
	MOVQ         words+8(FP), DI
	MOVQ         n+16(FP), CX
	VPBROADCASTB from+24(FP), Y0
	VPBROADCASTB length+25(FP), Y1

bytes:
	VMOVDQU   (SI), Y2
	VMOVDQU   32(SI), Y3
	VPSUBB    Y0, Y2, Y2
	VPSUBB    Y0, Y3, Y3
	VPMINUB   Y1, Y2, Y4
	VPMINUB   Y1, Y3, Y5
	VPCMPEQB  Y4, Y2, Y2
	VPCMPEQB  Y5, Y3, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ      $32, BX
	ORQ       AX, BX
	MOVQ      BX, (DI)
	ADDQ      $64, SI
	ADDQ      $8, DI
	DECQ      CX
	JNZ       bytes
	VZEROUPPER
	RET

// func scanShortsByVectors(codes *uint16, words *uint64, n int, from, length uint16)
TEXT ·scanShortsByVectors(SB), NOSPLIT, $0-28
	MOVQ         codes+0(FP), SI
	MOVQ         words+8(FP), DI
	MOVQ         n+16(FP), CX
	VPBROADCASTW from+24(FP), Y0
	VPBROADCASTW length+26(FP), Y1

shorts:
	VMOVDQU   (SI), Y2
	VMOVDQU   32(SI), Y3
	VMOVDQU   64(SI), Y4
	VMOVDQU   96(SI), Y5
	VPSUBW    Y0, Y2, Y2
	VPSUBW    Y0, Y3, Y3
	VPSUBW    Y0, Y4, Y4
	VPSUBW    Y0, Y5, Y5
	VPMINUW   Y1, Y2, Y6
	VPMINUW   Y1, Y3, Y7
	VPMINUW   Y1, Y4, Y8
	VPMINUW   Y1, Y5, Y9
	VPCMPEQW  Y6, Y2, Y2
	VPCMPEQW  Y7, Y3, Y3
	VPCMPEQW  Y8, Y4, Y4
	VPCMPEQW  Y9, Y5, Y5
	VPACKSSWB Y3, Y2, Y2  // a byte a row, the two halves of each vector in turn
	VPACKSSWB Y5, Y4, Y4
	VPERMQ    $0xD8, Y2, Y2 // in the order of the rows
	VPERMQ    $0xD8, Y4, Y4
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y4, BX
	SHLQ      $32, BX
	ORQ       AX, BX
	MOVQ      BX, (DI)
	ADDQ      $128, SI
	ADDQ      $8, DI
	DECQ      CX
	JNZ       shorts
	VZEROUPPER
	RET
