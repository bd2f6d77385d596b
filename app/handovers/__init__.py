"""From a match that both sides accept to what was received: answers, times, the slip, reports."""
