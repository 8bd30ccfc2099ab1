.PHONY: help setup build install package test-package image demo test lint docs bench bench-search bench-atlas bench-training bench-algebra bench-server bench-scale bench-large bench-detection bench-instructions goldens fuzz fuzz-corpus sbom clean

help:
	@echo 'make demo    set up what is missing, build, and show the sample photos who looks like whom'
	@echo 'make test    set up what is missing, lint, build and run all tests'
	@echo 'make build   the program, optimised: .build/release/likeness'
	@echo 'make install PREFIX=/usr/local   the program, its man page and completions'
	@echo 'make package   Debian packages with OpenVINO and the models: .build/package'
	@echo 'make test-package   install, use, upgrade and remove them in a Debian of their own; as root'
	@echo 'make image   an OCI image of the package, without Docker; as root'
	@echo 'make docs    the documentation of the library as a web site: .build/docs'
	@echo 'make bench LFW=DIR   time the way from photo to embedding beside dlib'
	@echo 'make bench-detection WIDER=DIR LABELS=DIR   find the faces of labelled photos beside OpenCV and dlib'
	@echo 'make bench-search LFW=DIR   find the nearest of 200,000 beside FAISS, USearch, NGT, hnswlib'
	@echo 'make bench-atlas LFW=DIR   lay faces out beside openTSNE'
	@echo 'make bench-algebra JAFFE=DIR   train on people with expressions, and find them by both'
	@echo 'make bench-training   a step of training beside plain C++ over libtorch'
	@echo 'make bench-server   the server over 100,000 faces, beside the same work without one'
	@echo 'make bench-scale   a gallery on a Milvus server, beside pymilvus; GALLERY=DIR PHOTOS=DIR'
	@echo 'make bench-large   every command on galleries of 10,000 and 120,000 faces; FACES="1000000" LIKE=GALLERY MILVUS=1'
	@echo 'make bench-instructions   count instructions, and fail on 3 % more than the last release took'
	@echo 'make fuzz MINUTES=10   look for files and models that break their readers, under sanitizers'
	@echo 'make fuzz-corpus   write the files that fuzzing begins with again'
	@echo 'make sbom    what the program is made of, as CycloneDX: .build/sbom.json'
	@echo 'make goldens compute the expected numbers of the tests with dlib again'
	@echo 'make setup, make lint, make clean'

setup:
	@Scripts/setup

# Swift's own libraries become part of the program, so that it runs where Swift is not installed. Without debug information it is built
# in less time; `swift build -c release` has it.
BUILD_FLAGS = --static-swift-stdlib -debug-info-format none

build: setup
	swift build -c release $(BUILD_FLAGS) --product likeness
	swift build -c release $(BUILD_FLAGS) --product CTorch

PREFIX ?= /usr/local

install: build
	@Scripts/install "$(PREFIX)"

package: build
	@Scripts/setup packaging
	@Scripts/package

# Apart from `make test`: they are made of the optimised program, whose build alone takes as long as all tests.
test-package: package
	@Scripts/test-package
	@Scripts/image
	@Scripts/test-image

image: package
	@Scripts/image

docs: build
	@Scripts/docs

demo: build
	@"$$(swift build -c release --show-bin-path 2>/dev/null)/likeness" demo --output demo

lint:
	@Scripts/check-structure
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks Examples Fuzz

# From nothing, modules as a whole build in two thirds of the time that files one by one take. Whoever changes a line
# and wants to know calls `swift build --build-tests` and `swift test`, which build what changed.
TEST_FLAGS = --scratch-path .build/tests -debug-info-format none \
	-Xswiftc -whole-module-optimization -Xswiftc -num-threads -Xswiftc 2

test: setup lint
	swift build --build-tests $(TEST_FLAGS)
	@Scripts/run-tests $(TEST_FLAGS)
	swift build --sanitize=thread --scratch-path .build/thread-sanitizer --product search-stress
	TSAN_OPTIONS=halt_on_error=1 .build/thread-sanitizer/debug/search-stress threads

bench: build
	@test -n "$(LFW)" || { echo 'make bench: say where LFW is: make bench LFW=DIR'; exit 64; }
	@Scripts/bench-pipeline "$(LFW)"

bench-detection: build
	@test -n "$(WIDER)" -a -n "$(LABELS)" || { echo 'make bench-detection: say where photos and labels are: make bench-detection WIDER=DIR LABELS=DIR [YUNET=FILE]'; exit 64; }
	@Scripts/bench-detection "$(WIDER)" "$(LABELS)" $(YUNET) $(INT8BQ)

bench-search: build
	@test -n "$(LFW)" || { echo 'make bench-search: say where LFW is: make bench-search LFW=DIR'; exit 64; }
	swift build -c release --package-path Benchmarks --product bench-search
	@Scripts/bench-search "$(LFW)" $(COUNT)

bench-atlas: build
	@test -n "$(LFW)" || { echo 'make bench-atlas: say where LFW is: make bench-atlas LFW=DIR'; exit 64; }
	swift build -c release --package-path Benchmarks --product bench-atlas
	@Scripts/bench-atlas "$(LFW)" $(SECTIONS)

bench-algebra: build
	@test -n "$(JAFFE)" || { echo 'make bench-algebra: say where JAFFE is: make bench-algebra JAFFE=DIR'; exit 64; }
	@Scripts/bench-algebra "$(JAFFE)"

bench-training: build
	swift build -c release --package-path Benchmarks --product bench-training
	@Scripts/bench-training

bench-server: build
	swift build -c release --package-path Benchmarks --product bench-server
	@Scripts/bench-server $(COUNT)

bench-scale: build
	swift build -c release --package-path Benchmarks --product bench-scale
	@Scripts/bench-scale $(or $(COUNT),20000) $(GALLERY) $(PHOTOS)

bench-large: build
	@Scripts/bench-large $(if $(LIKE),--like "$(LIKE)") $(if $(MILVUS),--milvus) $(FACES)

bench-instructions: setup
	@Scripts/bench-instructions

goldens: setup
	@Scripts/goldens

fuzz: setup
	@Scripts/fuzz $(or $(MINUTES),10) $(TARGETS)

fuzz-corpus: setup
	@Fuzz/make_corpus.py

sbom: build
	@Scripts/sbom .build/sbom.json

clean:
	rm -rf .build demo
