"""One order in JSON on a line of standard input, one answer on a line of standard output.

A system has four functions. Times are taken here, around the function that asks alone, so that the
pipe does not count.

    load(order)     -> what it is, for the report; order has file, folder, now and today
    prepare(order)  -> a function that asks the question and returns its answer
    read(answer)    -> the answer in plain values: count, ids (numpy array of uint32) or facets
    change(order)   -> a function that takes an id and a number mrr, changes that contact, counts, and returns the answer
"""

import base64
import json
import os
import sys
import time
import traceback


def serve(load, prepare, read, change=None):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    asks = {}

    def obey(order):
        what = order["do"]
        if what == "load":
            return {"setup": load(order)}
        if what == "prepare":
            asks[order["name"]] = (change if order["kind"] == "change" else prepare)(order)
            return {}
        ask, arguments = asks[order["name"]], order.get("arguments") or []
        start = time.perf_counter_ns()
        got = ask(*arguments)
        took = time.perf_counter_ns() - start
        answer = read(order["kind"], got)
        if "ids" in answer:
            answer["ids"] = base64.b64encode(answer["ids"].tobytes()).decode()
        return {"took": took, **answer}

    for line in sys.stdin:
        try:
            answer = obey(json.loads(line))
        except Exception:
            answer = {"error": traceback.format_exc(limit=3)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
