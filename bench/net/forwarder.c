/* Two TUN devices in two network namespaces, and every packet of one comes out of the other after DELAY ± JITTER ms, each by
 * its own chance, so that packets overtake each other.
 * Usage: forwarder NAMESPACE DEVICE NAMESPACE DEVICE DELAY JITTER SEED. Prints "ready" when both devices are there. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_MAX = 2048, WAITING_MAX = 8192 };

struct packet {
  int64_t due;
  int to;
  int size;
  unsigned char bytes[PACKET_MAX];
};

/* A binary heap by the moment they are due. */
static struct packet *heap[WAITING_MAX];
static int waiting;

static void fail(const char *what) {
  fprintf(stderr, "forwarder: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void swap(int a, int b) {
  struct packet *one = heap[a];
  heap[a] = heap[b];
  heap[b] = one;
}

static void push(struct packet *packet) {
  int at = waiting++;
  heap[at] = packet;
  for (; at > 0 && heap[at]->due < heap[(at - 1) / 2]->due; at = (at - 1) / 2) swap(at, (at - 1) / 2);
}

static struct packet *pop(void) {
  struct packet *first = heap[0];
  heap[0] = heap[--waiting];
  for (int at = 0;;) {
    int least = at, left = 2 * at + 1, right = left + 1;
    if (left < waiting && heap[left]->due < heap[least]->due) least = left;
    if (right < waiting && heap[right]->due < heap[least]->due) least = right;
    if (least == at) return first;
    swap(at, least);
    at = least;
  }
}

static int open_device(const char *name_of_namespace, const char *device) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", name_of_namespace);
  int inside = open(path, O_RDONLY | O_CLOEXEC);
  if (inside < 0 || setns(inside, CLONE_NEWNET) < 0) fail(path);
  close(inside);
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
  if (ioctl(tun, TUNSETIFF, &request) < 0) fail(device);
  return tun;
}

static void take_all(int from, int to, double delay, double jitter) {
  for (;;) {
    struct packet *packet = malloc(sizeof *packet);
    if (!packet) fail("memory");
    packet->size = (int)read(from, packet->bytes, PACKET_MAX);
    if (packet->size <= 0 || waiting == WAITING_MAX) {
      int empty = packet->size <= 0;
      free(packet);
      if (empty) return;
      continue;
    }
    packet->to = to;
    packet->due = now_us() + (int64_t)((delay + jitter * (2 * drand48() - 1)) * 1000);
    push(packet);
  }
}

int main(int count, char **words) {
  if (count != 8) return 2;
  double delay = atof(words[5]), jitter = atof(words[6]);
  srand48(atol(words[7]));
  int one = open_device(words[1], words[2]), other = open_device(words[3], words[4]);
  puts("ready");
  fflush(stdout);
  struct pollfd ways[2] = {{.fd = one, .events = POLLIN}, {.fd = other, .events = POLLIN}};
  for (;;) {
    int64_t left = waiting > 0 ? heap[0]->due - now_us() : 1000000;
    struct timespec pause = {left > 0 ? left / 1000000 : 0, left > 0 ? left % 1000000 * 1000 : 0};
    if (ppoll(ways, 2, &pause, NULL) < 0 && errno != EINTR) fail("poll");
    take_all(one, other, delay, jitter);
    take_all(other, one, delay, jitter);
    while (waiting > 0 && heap[0]->due <= now_us()) {
      struct packet *packet = pop();
      if (write(packet->to, packet->bytes, (size_t)packet->size) < 0 && errno != EAGAIN && errno != EIO) fail("write");
      free(packet);
    }
  }
}
