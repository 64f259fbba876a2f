"""The reduced model that is written three times: forces, control, clashes with Poisson incidents, desertion.

Each week, with F[place, actor] persons under arms and c[place, actor] share of residents ruled, all from the state before the week:

- clashes of a pair (a, b) in a place: n ~ Poisson(CLASHES * hostility * sqrt(F_a F_b) / 1000); each kills LETHALITY persons of either side;
- desertion: Poisson(F * (LEAVE + LEAVE_UNRULED * (1 - c)));
- forces: F + RECRUITS * population * c - killed - deserted, not below zero;
- control: c + INERTIA * (q - c), with q = F^DECISIVE / (sum over actors of F^DECISIVE + VOID).
"""

CLASHES = 2.0
LETHALITY = 1.0
LEAVE = 0.002
LEAVE_UNRULED = 0.006
RECRUITS = 2e-5
INERTIA = 0.05
DECISIVE = 1.2
VOID = 3000.0
